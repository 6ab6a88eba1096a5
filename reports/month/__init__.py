"""The figures of one month, computed once from the journal; the bulletin, its JSON and its CSV only draw them."""
