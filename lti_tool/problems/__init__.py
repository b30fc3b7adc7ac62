"""The words of every refusal, one TOML file for each stage."""
