"""A helper that comes in a zip file."""


def total(df):
    return df.groupBy().sum("x").first()[0]  # job
