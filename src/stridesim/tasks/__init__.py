"""What else can the same leg do? Static strength, and a leg press."""
