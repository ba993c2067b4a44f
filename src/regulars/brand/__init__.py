"""The visual identity of Regulars: mark, colours, type, chart theme and the member centre's style sheet.

Console, member centre, mails and charts all take their look from here. No tables and no imports from other
rooms; it is an application of Django only so that its templates and static files are found.
"""
