from tests.bot.commands.conftest import sample_file

__all__ = ["sample_file"]
