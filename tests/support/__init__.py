"""What tests share: the real command, made panels, sheets, UN files and tiny notebooks."""
