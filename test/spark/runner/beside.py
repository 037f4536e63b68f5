"""A helper beside the program: what it starts is its own line's."""


def total(df):
    return df.groupBy().sum("x").first()[0]  # job


def apply(action):
    return action()
