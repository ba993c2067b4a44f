"""Members who bring friends.

``follow`` reads the log: who came by whom, and whether the friend has qualified; ``judge`` says what speaks against it;
``counting`` gives the gifts; ``returning`` takes them back; ``review`` is the operator's hand; ``views`` and ``words``
are what is shown.
"""
