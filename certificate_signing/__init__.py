"""Keys, PDF seals, credential proofs and status lists for certificates; usable without the LTI tool."""
