"""From a number, a PDF, a credential or a QR text to a `Verdict`."""
