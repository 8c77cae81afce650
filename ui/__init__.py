"""The Streamlit workbench; it imports only what engine exports and computes nothing."""
