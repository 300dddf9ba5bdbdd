import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { expose } from '#shared/config/intents/expose.ts'
import { anotherWay, type Exposure, exposeView } from '#shared/config/intents/exposure.ts'
import { isProblem } from '#shared/config/intents/intent.ts'
import { nameOfRef, ruleKey } from '#shared/config/intents/rules.ts'
import { gatewaysOf } from '#shared/config/intents/ways-in.ts'
import { httpPorts } from '#shared/config/intents/service.ts'
import { keyOf, refOf } from '#shared/mesh/object.ts'
import { ChoiceField, TextField } from '#web/config/intents/Fields.tsx'
import { type PanelProps, taskOf } from '#web/config/intents/task.tsx'
import '#web/config/intents/traffic/traffic.css'
import './guard.css'

export const exposeTask = taskOf(expose, ExposePanel)

function ExposePanel({ scene, target, model, problems, onModel, onTarget }: PanelProps<Exposure>): ReactNode {
  const { t } = useTranslation('config')
  const view = exposeView(scene, target)
  if (isProblem(view)) return null
  const { ways, way, service } = view
  const set = (patch: Partial<Exposure>) => onModel({ ...model, isOn: true, ...patch })
  const gateways = gatewaysOf(scene, model.api)
  const secrets = scene.inventory.secrets.map(({ namespace, name }) => `${namespace}/${name}`)
  return (
    <>
      {ways.length > 0 && (
        <ChoiceField
          label={t($ => $.guards.expose.way)}
          help={t($ => $.guards.expose.wayHelp)}
          field="way"
          problems={problems}
          value={way === null ? anotherWay : ruleKey(way)}
          options={[
            ...ways.map(each => ({ value: ruleKey(each), label: `${nameOfRef(each.object)} [${each.index + 1}]` })),
            { value: anotherWay, label: t($ => $.guards.expose.another) },
          ]}
          onChange={rule => onTarget({ rule })}
        />
      )}
      {way !== null && (
        <label className="task-toggle">
          <input
            type="checkbox"
            checked={model.isOn}
            onChange={event => onModel({ ...model, isOn: event.target.checked })}
          />{' '}
          <span className="med">{t($ => $.guards.expose.on)}</span>
        </label>
      )}
      {(model.isOn || way === null) && (
        <div className="task-fields">
          <TextField
            label={t($ => $.guards.expose.host)}
            help={t($ => $.guards.expose.hostHelp)}
            field="host"
            problems={problems}
            value={model.host}
            placeholder={`${service.name}.example.com`}
            onChange={host => set({ host })}
          />
          <TextField
            label={t($ => $.intents.route.path)}
            help={t($ => $.guards.expose.pathHelp)}
            field="path"
            problems={problems}
            value={model.path}
            placeholder="/"
            onChange={path => set({ path })}
          />
          <ChoiceField
            label={t($ => $.guards.expose.port)}
            field="port"
            problems={problems}
            value={String(model.port)}
            options={httpPorts(service).map(({ number, name }) => ({
              value: String(number),
              label: name === '' ? String(number) : `${number} ${name}`,
            }))}
            onChange={port => set({ port: Number(port) })}
          />
          {way === null && (
            <>
              <ChoiceField
                label={t($ => $.guards.expose.api)}
                help={t($ => $.guards.expose.apiHelp)}
                field="api"
                problems={problems}
                value={model.api}
                options={[
                  { value: 'gateway-api', label: 'Gateway API' },
                  { value: 'istio', label: 'Istio' },
                ]}
                onChange={api => set({ api, gateway: '' })}
              />
              <ChoiceField
                label={t($ => $.guards.expose.gateway)}
                help={t($ => $.guards.expose.gatewayHelp)}
                field="gateway"
                problems={problems}
                value={model.gateway}
                options={[
                  { value: '', label: t($ => $.guards.expose.newGateway) },
                  ...gateways.map(each => {
                    const ref = refOf(each)
                    return { value: keyOf(ref), label: `${ref.namespace}/${ref.name}` }
                  }),
                ]}
                onChange={gateway => set({ gateway })}
              />
              <TextField
                label={t($ => $.guards.expose.secret)}
                help={t($ => $.guards.expose.secretHelp)}
                field="secret"
                problems={problems}
                value={model.secret}
                placeholder={t($ => $.guards.expose.noTls)}
                choices={secrets}
                onChange={secret => set({ secret })}
              />
            </>
          )}
        </div>
      )}
    </>
  )
}
