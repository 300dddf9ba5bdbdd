/**
 * Numbers and times as a person reads them: three significant digits, an unbreakable space before the unit, and nothing rounded
 * into a lie — three requests an hour are not zero, 99.97 % is not 100 %.
 */
export type Language = 'en' | 'zh-CN'
/** A number and its unit apart, for where the unit is set smaller. */
export interface Quantity {
  value: string
  unit: string
}

/** Between a number and its unit. U+202F would be thinner; in Inter at 11 px it is no longer seen. */
const gap = '\u00a0'
export const none = '–'
const text = ({ value, unit }: Quantity): string => (unit === '' ? value : `${value}${gap}${unit}`)

/** Three significant digits with grouped thousands: 1,730 · 21.8 · 5.00 · 0.015. `isShort` drops trailing zeros. */
export function significant(value: number, isShort = false): string {
  if (value === 0) return '0'
  const rounded = Number(value.toPrecision(3))
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)))
  const digits = Math.min(Math.max(0, 2 - magnitude), 20)
  return new Intl.NumberFormat('en-US', {
    minimumFractionDigits: isShort || magnitude < -1 ? 0 : digits,
    maximumFractionDigits: digits,
  }).format(rounded)
}

/** 1/s. What is rarer than once in 100 seconds is told per hour, so that a rare flow stays visible. */
export function rateParts(perSecond: number, noun = '', isShort = false): Quantity {
  if (perSecond > 0 && perSecond < 0.01) return { value: significant(perSecond * 3600, isShort), unit: `${noun}/h` }
  return { value: significant(perSecond, isShort), unit: `${noun}/s` }
}
export const rate = (perSecond: number, noun = ''): string => text(rateParts(perSecond, noun))

const byteSteps: [number, string][] = [
  [1e9, 'GB/s'],
  [1e6, 'MB/s'],
  [1e3, 'kB/s'],
]
/** Bytes per second in steps of 1,000. */
export function byteRateParts(perSecond: number, isShort = false): Quantity {
  const [size, unit] = byteSteps.find(([step]) => Number(perSecond.toPrecision(3)) >= step) ?? [1, 'B/s']
  return { value: significant(perSecond / size, isShort), unit }
}
export const byteRate = (perSecond: number): string => text(byteRateParts(perSecond))

/** A ratio 0–1 in percent. Only a whole is 100 and only nothing is 0. */
export function percentParts(ratio: number): Quantity {
  if (ratio === 0 || ratio === 1) return { value: String(ratio * 100), unit: '%' }
  const percent = Number((ratio * 100).toPrecision(3))
  if (percent >= 100 && ratio < 1) return { value: '>\u00a099.9', unit: '%' }
  if (percent < 0.001 && ratio > 0) return { value: '<\u00a00.001', unit: '%' }
  return { value: significant(percent), unit: '%' }
}
export const percent = (ratio: number | null): string => (ratio === null ? none : text(percentParts(ratio)))
/** For thresholds and other round numbers: 10 %, not 10.0 %. */
export const roundPercent = (ratio: number): string => text({ value: significant(ratio * 100, true), unit: '%' })

/** How long something took, milliseconds in: 0.85 ms · 52.1 ms · 1.62 s · 2.50 min. */
export function durationParts(milliseconds: number): Quantity {
  const rounded = Number(milliseconds.toPrecision(3))
  if (rounded < 1000) return { value: significant(milliseconds), unit: 'ms' }
  if (rounded < 60_000) return { value: significant(milliseconds / 1000), unit: 's' }
  return { value: significant(milliseconds / 60_000), unit: 'min' }
}
export const duration = (milliseconds: number | null): string =>
  milliseconds === null ? none : text(durationParts(milliseconds))

/** How many times as much as before: ×1.1, ×14. */
export const times = (factor: number): string =>
  `×${factor >= 10 ? Math.round(factor).toLocaleString('en-US') : factor.toFixed(1)}`

const ageWords = {
  en: { s: 's', min: 'min', h: 'h', day: (n: number) => (n === 1 ? 'day' : 'days') },
  'zh-CN': { s: '秒', min: '分', h: '小时', day: () => '天' },
} satisfies Record<Language, { s: string; min: string; h: string; day: (n: number) => string }>

/** How long ago, or for how long: 2 s · 1 min 48 s · 25 min · 3 h 12 min · 31 days. Never negative. */
export function age(milliseconds: number, language: Language): string {
  const words = ageWords[language]
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const part = (count: number, unit: string) => `${count}\u00a0${unit}`
  if (seconds < 60) return part(seconds, words.s)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10 && seconds % 60 > 0) return `${part(minutes, words.min)} ${part(seconds % 60, words.s)}`
  if (minutes < 60) return part(minutes, words.min)
  const hours = Math.floor(minutes / 60)
  if (hours < 48)
    return minutes % 60 > 0 ? `${part(hours, words.h)} ${part(minutes % 60, words.min)}` : part(hours, words.h)
  const days = Math.floor(hours / 24)
  return part(days, words.day(days))
}

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const exactFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** 14:21 in the reader's time zone. */
export const clock = (at: number): string => clockFormat.format(at)
/** 14:29:40. */
export const exactClock = (at: number): string => exactFormat.format(at)
/** A chosen moment: the clock, and the day when it is not today. */
export function momentText(at: number, language: Language, now = Date.now()): string {
  if (new Date(at).toDateString() === new Date(now).toDateString()) return exactClock(at)
  const day = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    day: 'numeric',
    month: 'short',
  }).format(at)
  return `${day} ${exactClock(at)}`
}
/** For titles: date, seconds and zone. */
export const absolute = (at: number, language: Language): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { dateStyle: 'medium', timeStyle: 'long' }).format(at)

/** Long names are cut in the middle; the whole belongs in a title. */
export function cutMiddle(name: string, most: number): string {
  const letters = Array.from(name)
  if (letters.length <= most) return name
  const tail = Math.floor((most - 1) * 0.4)
  return `${letters.slice(0, most - 1 - tail).join('')}…${letters.slice(letters.length - tail).join('')}`
}
