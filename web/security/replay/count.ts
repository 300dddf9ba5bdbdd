/** Whole below a million: `1,284`; above with three digits: `29.8 M`. */
export const count = (value: number): string =>
  value >= 999_500_000
    ? `${(value / 1e9).toPrecision(3)} G`
    : value >= 999_500
      ? `${(value / 1e6).toPrecision(3)} M`
      : Math.round(value).toLocaleString('en-US')
