import { type ComponentType, type ReactNode, useState } from 'react'
import {
  type Intent,
  type IntentChange,
  isProblem,
  noChange,
  type Problem,
  type Reading,
  type Scene,
  type Target,
} from '#shared/config/intents/intent.ts'
import type { ServiceTraffic } from './traffic.ts'

/** What the form of an intent is given. It shows the model and says what a hand makes of it. */
export interface PanelProps<Model> {
  scene: Scene
  target: Target
  reading: Reading<Model>
  model: Model
  /** What `check` says. Those with a field are shown by the panel at their fields, the others by the frame. */
  problems: readonly Problem[]
  onModel: (model: Model) => void
  /** Another rule, another service: the address changes and the task is read anew. */
  onTarget: (patch: Partial<Target>) => void
  /** Null: no traffic is known. */
  traffic: ServiceTraffic | null
}

/** What the frame makes of a task, whatever its model is. */
export interface TaskView {
  /** The form; null where the task cannot be done here. */
  panel: ReactNode
  /** Why it cannot be done here. */
  obstacle: Problem | null
  notes: readonly Problem[]
  problems: readonly Problem[]
  change: IntentChange
  isTyped: boolean
  /** What is said of the objects that do it now; empty: none does. */
  from: Reading<unknown>['from']
  /** Back to what the objects say. */
  reset: () => void
}

export interface TaskProps {
  scene: Scene
  target: Target
  onTarget: (patch: Partial<Target>) => void
  traffic: ServiceTraffic | null
  children: (view: TaskView) => ReactNode
}

/** An intent with its form, behind a face that does not know its model. */
export interface Task {
  intent: Pick<Intent<unknown>, 'id' | 'on' | 'about'>
  Form: ComponentType<TaskProps>
}

export function taskOf<Model>(intent: Intent<Model>, Panel: ComponentType<PanelProps<Model>>): Task {
  function Form({ scene, target, onTarget, traffic, children }: TaskProps): ReactNode {
    const [typed, setTyped] = useState<{ model: Model } | null>(null)
    const reading = intent.read(scene, target)
    const reset = () => setTyped(null)
    if (isProblem(reading))
      return children({
        panel: null,
        obstacle: reading,
        notes: [],
        problems: [],
        change: noChange,
        isTyped: false,
        from: [],
        reset,
      })
    const model = typed === null ? reading.model : typed.model
    const problems = intent.check(scene, target, model)
    // Nobody is told what is wrong with a field before they have touched one; what the objects say wrong is told at once.
    const told = typed === null ? problems.filter(({ field }) => field === null || field === 'rule') : problems
    return children({
      panel: (
        <Panel
          scene={scene}
          target={target}
          reading={reading}
          model={model}
          problems={told}
          onModel={next => setTyped({ model: next })}
          onTarget={onTarget}
          traffic={traffic}
        />
      ),
      obstacle: null,
      notes: [...reading.notes, ...(intent.warn?.(scene, target, model) ?? [])],
      problems: told,
      change: problems.length > 0 ? noChange : intent.write(scene, target, model),
      isTyped: typed !== null,
      from: reading.from,
      reset,
    })
  }
  return { intent, Form }
}
