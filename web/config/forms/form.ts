import type { Inventory } from '#shared/config/api.ts'
import type { Json, Path } from '#shared/mesh/object.ts'

/**
 * A form says which fields an object has and how they are shown. It is data: it holds nothing of the object. What a
 * control shows is read from the text each time, what a hand does becomes edits of the text, so that comments, order
 * and unknown fields stay as they are.
 */
export interface Form<Texts = unknown> {
  group: string
  kind: string
  fields: readonly Field<Texts>[]
}

/** What a field is called, and what it does in one line. */
export interface Words {
  label: string
  help: string
}

/** Picks words out of the form's texts, in the reader's language. */
export type Say<Texts> = (texts: Texts) => Words

/** What stands around a field when it is shown. */
export interface Around {
  /** The value of the enclosing group or list entry. */
  value: unknown
  /** The whole object. */
  object: Json
  inventory: Inventory | null
}

export interface Suggestion {
  value: string
  /** Beside it: `3 workloads, 7 pods`, `shop`, `http 8080`. */
  detail: string
}
export type Suggest = (around: Around) => readonly Suggestion[]

/** A sentence that says what is wrong with an entry, or null. Typed in the reader's language by the form's texts. */
export type Check<Texts> = (entry: string, texts: Texts) => string | null

interface Common<Texts> {
  /** From the enclosing group or list entry; the form's own fields from the object: `['spec', 'action']`. */
  at: Path
  say: Say<Texts>
  isRequired?: boolean
  /** Where it is absent, it waits behind a `+ label`: for what one seldom needs. Groups, lists and maps do so by themselves. */
  isTucked?: boolean
  /** Two such that follow each other stand side by side. */
  isHalf?: boolean
  /** Shown only then. A field that has a value is always shown, so that nothing set is hidden. */
  when?: (around: Around) => boolean
}

/** One line of text. Cleared: the field goes. */
export interface TextField<Texts> extends Common<Texts> {
  type: 'text'
  /** Cleared, an empty text stays: it means something (`group: ''` is the core group). */
  isEmptyKept?: boolean
  /** A whole number is written as one; a text that looks like one is shown in quotes: ports by number or name. */
  isNumberToo?: boolean
  suggest?: Suggest
  check?: Check<Texts>
  placeholder?: string
  isLong?: boolean
  /** What a known word says of the fields beside it: a kind its group. */
  brings?: (entry: string) => Readonly<Record<string, unknown>> | null
}

export interface NumberField<Texts> extends Common<Texts> {
  type: 'number'
  min?: number
  max?: number
  /** Fractions are allowed. */
  isFraction?: boolean
  unit?: string
  suggest?: Suggest
  /** What holds where it is absent. */
  absent?: number
}

/** `1.5s`, `100ms`: as protobuf's JSON or as Gateway API's durations, whose grammars differ. */
export interface DurationField<Texts> extends Common<Texts> {
  type: 'duration'
  grammar: 'istio' | 'gateway-api'
  absent?: string
}

/** Yes, no, or not said. */
export interface FlagField<Texts> extends Common<Texts> {
  type: 'flag'
  absent: boolean
}

/** One of a few words. `null` takes the field away. A value the form does not know is shown as it is. */
export interface ChoiceField<Texts> extends Common<Texts> {
  type: 'choice'
  /** Which of them holds where the field is absent. */
  absent?: string
  options: readonly { value: string | null; say: Say<Texts> }[]
}

/** A list of words or numbers. */
export interface ChipsField<Texts> extends Common<Texts> {
  type: 'chips'
  of: 'text' | 'number'
  suggest?: Suggest
  check?: Check<Texts>
  placeholder?: string
  /** What a chip says, where the whole of it is long: `shop/sa/checkout`. */
  short?: (entry: string) => string
}

/** Labels that select: with the workloads and pods they fit now. */
export interface LabelsField<Texts> extends Common<Texts> {
  type: 'labels'
  /** Whose namespaces are looked in; absent: the object's own (the whole mesh where that is the root namespace). */
  namespaces?: (around: Around) => readonly string[] | 'all'
  /** Only those that have these labels too are counted: what the Service of a subset selects. */
  among?: (around: Around) => Readonly<Record<string, string>>
}

/** Names with texts that select nothing: headers to set, tags. */
export interface PairsField<Texts> extends Common<Texts> {
  type: 'pairs'
}

/** A message with fields of its own. Where it is absent it is shown folded, unless `isOpen`. */
export interface GroupField<Texts> extends Common<Texts> {
  type: 'group'
  fields: readonly Field<Texts>[]
  isOpen?: boolean
  /** What is written when somebody adds it though it has no field yet: `{}` means something in Istio. */
  empty?: unknown
}

/** Entries of one shape, in their order. Fields are given from the entry; `at: []` is the entry itself (a plain text). */
export interface ListField<Texts> extends Common<Texts> {
  type: 'list'
  item: readonly Field<Texts>[]
  /** The entry's heading: `Rule 1`, `reviews v2 · 90 %`. */
  title: (entry: unknown, index: number, texts: Texts) => string
  /** What can be added: the words on the button, and what is written. */
  add: readonly { say: Say<Texts>; value: unknown }[]
  /** What stands between two entries. `order`: the first that fits wins, entries can be moved. */
  joined: 'or' | 'and' | 'order' | 'none'
  /** The fields of one entry have to fit all: `and` stands between them. */
  isAnded?: boolean
}

/**
 * Entries by name: ports of a PeerAuthentication. Fields are given from what stands behind the name; `at: []` is that
 * itself.
 */
export interface MapField<Texts> extends Common<Texts> {
  type: 'map'
  keyWords: Say<Texts>
  suggest?: Suggest
  check?: Check<Texts>
  item: readonly Field<Texts>[]
  /** What is written for a new name. */
  value: unknown
}

/**
 * One of several shapes, told apart by which key is there: `exact`, `prefix`, `regex`; `route`, `redirect`. The keys
 * stand in what `at` leads to (`[]`: in the enclosing group or entry itself). A case's fields are given from what stands
 * behind its key: `at: []` is that itself, as of `exact: /login`.
 */
export interface OneOfField<Texts> extends Common<Texts> {
  type: 'oneOf'
  cases: readonly Case<Texts>[]
  /** None of them is fine too. */
  isOptional?: boolean
  /** A field beside the keys that names the case as well: `type` of Gateway API's filters. */
  tag?: string
}

export interface Case<Texts> {
  say: Say<Texts>
  key: string
  /** What is written behind the key when it is chosen; undefined: nothing, the tag says it all. */
  value: unknown
  fields: readonly Field<Texts>[]
  /** What the tag says: `RequestHeaderModifier`. */
  tag?: string
}

/** Whole parts in a hundred over the entries of a list, moved together: weights of a route. */
export interface SharesField<Texts> extends Common<Texts> {
  type: 'shares'
  /** In an entry. */
  weight: string
  /** What an entry weighs that says nothing: 0 in Istio, 1 in Gateway API. */
  absent: number
  name: (entry: unknown) => string
}

export type Field<Texts = unknown> =
  | TextField<Texts>
  | NumberField<Texts>
  | DurationField<Texts>
  | FlagField<Texts>
  | ChoiceField<Texts>
  | ChipsField<Texts>
  | LabelsField<Texts>
  | PairsField<Texts>
  | GroupField<Texts>
  | ListField<Texts>
  | MapField<Texts>
  | OneOfField<Texts>
  | SharesField<Texts>
