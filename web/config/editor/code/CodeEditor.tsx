import { acceptCompletion, closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import {
  bracketMatching,
  codeFolding,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Annotation, Compartment, EditorState } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { FindingLevel } from '#shared/config/finding.ts'
import type { Span } from '#web/config/editor/manifest.ts'
import type { Mark } from '#web/config/editor/marks.ts'
import { help, type Help, helpSource } from './help.ts'
import { light, litLines } from './lit.ts'
import { colours, look } from './look.ts'
import { changedLines, say, saidAtLines } from './said.ts'

export interface CodeHandle {
  goTo(from: number): void
}

/** What the page puts into the text: told apart from what a hand types. */
const fromPage = Annotation.define<boolean>()
/** Bigger texts are not coloured: it would cost more than it tells. */
const mostColoured = 400_000

/** The text under a person's hands. The page owns it; this draws it and tells what was typed. */
export function CodeEditor(props: {
  name: string
  text: string
  isReadOnly: boolean
  marks: readonly Mark[]
  changed: ReadonlySet<number>
  help: Help
  onText: (text: string) => void
  onFix: (mark: Mark) => void
  /** Lines of the field a hand is in beside the text. */
  lit?: Span | null
  /** Where the caret is while a hand is in the text; null once it has left. */
  onCaret?: (offset: number | null) => void
  handle?: Ref<CodeHandle>
}): ReactNode {
  const { t } = useTranslation('config')
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const now = useRef(props)
  const phrases = usePhrases()
  const words = useRef(new Compartment())
  const locked = useRef(new Compartment())

  useEffect(() => {
    now.current = props
  })

  useEffect(() => {
    if (place.current === null) return
    const first = now.current
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.text,
        extensions: [
          words.current.of([]),
          locked.current.of([]),
          saidAtLines(),
          litLines,
          lineNumbers(),
          foldGutter(),
          codeFolding(),
          history(),
          drawSelection(),
          indentOnInput(),
          indentUnit.of('  '),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          highlightSelectionMatches(),
          search({ top: false }),
          help(),
          helpSource.of(() => now.current.help),
          ...(first.text.length > mostColoured ? [] : [yaml(), syntaxHighlighting(colours)]),
          look,
          EditorView.lineWrapping,
          // Tab walks on, as everywhere on the page; while a choice is open it takes it. Mod-] indents.
          keymap.of([
            { key: 'Tab', run: acceptCompletion },
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...searchKeymap,
            ...historyKeymap,
            ...foldKeymap,
          ]),
          EditorView.updateListener.of(update => {
            const isTyped = update.transactions.some(each => each.docChanged && each.annotation(fromPage) !== true)
            if (isTyped) now.current.onText(update.state.doc.toString())
            if (update.selectionSet || update.focusChanged)
              now.current.onCaret?.(update.view.hasFocus ? update.state.selection.main.head : null)
          }),
        ],
      }),
    })
    view.current = editor
    return () => {
      view.current = null
      editor.destroy()
    }
  }, [])

  useEffect(() => {
    const editor = view.current
    if (editor === null || editor.state.doc.toString() === props.text) return
    editor.dispatch({ changes: changeBetween(editor.state.doc.toString(), props.text), annotations: fromPage.of(true) })
  }, [props.text])

  useEffect(() => {
    view.current?.dispatch({
      effects: words.current.reconfigure([
        EditorState.phrases.of(phrases),
        EditorView.contentAttributes.of({ 'aria-label': props.name, tabindex: '0' }),
      ]),
    })
  }, [phrases, props.name])

  useEffect(() => {
    view.current?.dispatch({ effects: locked.current.reconfigure(EditorState.readOnly.of(props.isReadOnly)) })
  }, [props.isReadOnly])

  useEffect(() => {
    const levelWords = {
      Error: t($ => $.object.level.Error),
      Warning: t($ => $.object.level.Warning),
      Info: t($ => $.object.level.Info),
    } satisfies Record<FindingLevel, string>
    view.current?.dispatch({
      effects: say.of({ marks: props.marks, levelWords, onFix: mark => now.current.onFix(mark) }),
    })
  }, [props.marks, t])

  useEffect(() => {
    view.current?.dispatch({ effects: changedLines.of(props.changed) })
  }, [props.changed])

  const { lit = null } = props
  useEffect(() => {
    const editor = view.current
    if (editor === null) return
    const isElsewhere = lit !== null && !editor.hasFocus
    const at = Math.min(lit?.from ?? 0, editor.state.doc.length)
    editor.dispatch({
      effects: [light.of(lit), ...(isElsewhere ? [EditorView.scrollIntoView(at, { y: 'nearest', yMargin: 60 })] : [])],
    })
  }, [lit, props.text])

  useImperativeHandle(props.handle, () => ({
    goTo(from) {
      const editor = view.current
      if (editor === null) return
      const at = Math.min(from, editor.state.doc.length)
      editor.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) })
      editor.focus()
    },
  }))

  return <div className="code-editor" ref={place} />
}

/** The one stretch in which two texts differ, so that the caret and the undo of everything else stay. */
export function changeBetween(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head] === after[head]) head++
  let tail = 0
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) }
}

/** The words of the editor's own search and folding. */
function usePhrases(): Record<string, string> {
  const { t } = useTranslation('config')
  return {
    Find: t($ => $.editor.code.find),
    Replace: t($ => $.editor.code.replace),
    next: t($ => $.editor.code.next),
    previous: t($ => $.editor.code.previous),
    all: t($ => $.editor.code.all),
    'match case': t($ => $.editor.code.matchCase),
    regexp: t($ => $.editor.code.regexp),
    'by word': t($ => $.editor.code.byWord),
    replace: t($ => $.editor.code.replace),
    'replace all': t($ => $.editor.code.replaceAll),
    close: t($ => $.editor.code.close),
    'current match': t($ => $.editor.code.currentMatch),
    'on line': t($ => $.editor.code.onLine),
    'replaced match on line $': t($ => $.editor.code.replacedMatch),
    'replaced $ matches': t($ => $.editor.code.replacedMatches),
    'Go to line': t($ => $.editor.code.goToLine),
    go: t($ => $.editor.code.go),
    'Folded lines': t($ => $.editor.code.foldedLines),
    'Unfolded lines': t($ => $.editor.code.unfoldedLines),
    to: t($ => $.editor.code.to),
    'folded code': t($ => $.editor.code.foldedCode),
    unfold: t($ => $.editor.code.unfold),
    'Fold line': t($ => $.editor.code.foldLine),
    'Unfold line': t($ => $.editor.code.unfoldLine),
    Completions: t($ => $.editor.code.completions),
  }
}
