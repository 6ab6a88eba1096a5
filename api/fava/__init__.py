"""Fava inside our process: the published book in a browser, read only and hardened.

``snapshot``  what the lead-in hands over: a book as directives, and who may see it
``ledger``    one immutable Fava ledger for one snapshot; no file, no watcher, no query shell
``registry``  the live ledgers: newest snapshot, single-flight, least recently used goes first
``timespan``  the time filter, read strictly and resolved against the snapshot's own day
``pages``     which endpoints exist, and which parameters each of them may have
``theme``     Fava's templates with escaping on, and the links to refused pages hidden
``wording``   the Chinese words that an owner should read instead of Fava's
``assets``    Fava's static files, from memory
``refusals``  every way to say no; ``answers``: a body with the strict headers
``door``      WSGI: authorise, look up, check, answer or let Fava answer
``gate``      ASGI: method, size and load, before a worker thread is taken
``app``       ``create_fava``: all of it as one ASGI application

The package is called ``fava`` and so is the library: always import both by their full names.
"""
