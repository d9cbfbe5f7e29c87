"""Microsoft Teams. botbuilder, botframework and msrest stay inside this folder: they are at their end of life."""
