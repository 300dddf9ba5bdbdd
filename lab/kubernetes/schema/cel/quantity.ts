/** Kubernetes' quantities, compared as exact numbers of thousandths of billionths (apimachinery, "resource.Quantity"). */

const form = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE])([+-]?\d{1,3})|([KMGTPE]i|[numkMGTPE]))?$/

export const isQuantity = (text: string): boolean => form.test(text)

export function compareQuantities(one: string, other: string): number {
  const difference = valueOf(one) - valueOf(other)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

const decimal: Record<string, number> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }

/** In units of 10⁻⁹, the finest that Kubernetes keeps. */
function valueOf(text: string): bigint {
  const [, sign = '', digits = '0', , exponent, suffix = ''] = form.exec(text) ?? []
  const [whole = '', fraction = ''] = digits.split('.')
  const scale = (exponent === undefined ? (decimal[suffix] ?? 0) : Number(exponent)) + 9 - fraction.length
  const binary = suffix.endsWith('i') ? 1024n ** BigInt('KMGTPE'.indexOf(suffix.charAt(0)) + 1) : 1n
  const number = BigInt(`${whole}${fraction}` || '0') * binary
  const scaled = scale >= 0 ? number * 10n ** BigInt(scale) : number / 10n ** BigInt(-scale)
  return sign === '-' ? -scaled : scaled
}
