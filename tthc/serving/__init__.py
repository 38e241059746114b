"""What every HTTP door stands on: its call, policies, errors and the shapes it reads."""
