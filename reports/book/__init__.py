"""The Beancount projection: the journal as the published book (design decisions 1, 10 and 11).

A pure function of the journal, the audience, the language and the day.

``rows``            entries, accounts and closes as they stand in SQL
``drawn``           what a book consists of, before it has a language of accounts or a file format
``full``            the full book: one transaction per unit and charge
``public``          the public book: household acts as batches, never single
``names``           account codes as account names, in Chinese or English
``layout``          the main file item by item, and the line on which everything stands
``assembly``        months, opening and assertions put together, closed months from a cache
``text``            the book as Beancount text
``directives``      the same book as Beancount directives, without text in between
``hledger``         the same book for hledger and Ledger
``second_opinion``  stock Beancount against SQL
``book``            the public face
"""
