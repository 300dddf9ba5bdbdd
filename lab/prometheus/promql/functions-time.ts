interface Moment {
  year: number
  /** 1 – 12 */
  month: number
  day: number
  hour: number
  minute: number
  /** Sunday is 0. */
  weekday: number
  yearday: number
}

/** What Go makes of seconds outside 64 bits, NaN included: its conversion yields the smallest integer. */
const outOfRange: Moment = { year: 292277026596, month: 12, day: 4, hour: 15, minute: 30, weekday: 0, yearday: 339 }

const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

/** Calendar of Unix seconds in UTC, for all of Go's range: JavaScript's Date ends at the year 275760. */
function momentOf(seconds: number): Moment {
  if (!(Math.abs(seconds) < 2 ** 63)) return outOfRange
  const whole = Math.trunc(seconds)
  const days = Math.floor(whole / 86_400)
  const second = whole - days * 86_400
  // Days since 1 March of the year 0: the leap day comes last in such a year.
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return {
    year,
    month,
    day,
    hour: Math.floor(second / 3600),
    minute: Math.floor((second % 3600) / 60),
    weekday: (((days + 4) % 7) + 7) % 7,
    yearday: (daysBefore[month - 1] ?? 0) + day + (month > 2 && isLeap(year) ? 1 : 0),
  }
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

const daysIn = ({ year, month }: Moment): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

/** Functions of a value that is a time in Unix seconds. */
export const timeFunctions: Record<string, (seconds: number) => number> = {
  minute: seconds => momentOf(seconds).minute,
  hour: seconds => momentOf(seconds).hour,
  day_of_week: seconds => momentOf(seconds).weekday,
  day_of_month: seconds => momentOf(seconds).day,
  day_of_year: seconds => momentOf(seconds).yearday,
  days_in_month: seconds => daysIn(momentOf(seconds)),
  month: seconds => momentOf(seconds).month,
  year: seconds => momentOf(seconds).year,
}
