"""The page of a certificate as the documentation of Flask-SQLAlchemy 3.1 builds pages ("Quick Start"): one model, one template."""
