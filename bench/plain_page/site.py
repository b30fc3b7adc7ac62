"""The application: `gunicorn bench.plain_page.site:app`, with its database in PLAIN_PAGE_DATABASE."""

from __future__ import annotations

import os
from datetime import date

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The base of its one model."""


db = SQLAlchemy(model_class=Base)
app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["PLAIN_PAGE_DATABASE"]
db.init_app(app)


class Certificate(db.Model):  # type: ignore[name-defined,misc]
    """One certificate."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    holder: Mapped[str]
    title: Mapped[str]
    issued_on: Mapped[date]
    revoked: Mapped[bool]


@app.route("/c/<number>")
def certificate(number: str) -> str:
    """Show a certificate."""
    found = db.one_or_404(db.select(Certificate).filter_by(number=number))
    return render_template("certificate.html", certificate=found)
