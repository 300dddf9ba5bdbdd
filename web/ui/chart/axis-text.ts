/** Of a number on an axis nobody reads a third digit: `0.5 /s` beside `1.5 /s`, not `0.500 /s`. */
export const axisText = (text: string): string =>
  text.replace(/\.(\d*?)0+(?=\D|$)/, (_, kept: string) => (kept === '' ? '' : `.${kept}`))
