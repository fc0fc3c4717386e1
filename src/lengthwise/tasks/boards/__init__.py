"""Rules that move on a grid."""
