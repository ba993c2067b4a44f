"""Reports: a week or a month in a page, for those who never open the console.

``figures`` asks the lake, ``actions`` what is worth doing, ``words`` says both, ``document`` puts the page together,
``drawing`` and ``pdf`` make it something to send. All that runs in a process of its own (``answer``). ``asking`` is for
whoever shows reports, ``subscribing`` and ``sending`` for those who get them by e-mail.
"""
