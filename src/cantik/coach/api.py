"""The door of coach: what to do next about the programme and about learning."""
