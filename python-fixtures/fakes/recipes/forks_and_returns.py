# Both processes come back from the recipe.
import os

os.fork()
