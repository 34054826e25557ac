"""One screen a file. The folder is not called ``pages``: Streamlit gives that name to an older
navigation of its own, which would open a screen without ``app.py`` when its address is typed."""
