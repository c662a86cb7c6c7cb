"""What else can the same leg do? Static strength, a leg press, a distance run."""
