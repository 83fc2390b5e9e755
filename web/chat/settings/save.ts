import { type Signal, useSignal } from '@preact/signals'
import type { SettingsChange } from '../../desk.ts'
import { useApp } from '../app-state.ts'

/** Writes personal settings; they are shown as they hold, which is as soon as the server has them. */
export type Save = (change: SettingsChange) => void

/** @returns `failed`: the last change did not reach the server */
export function useSave(): { save: Save; failed: Signal<boolean> } {
  const app = useApp()
  const failed = useSignal(false)
  return {
    failed,
    save(change) {
      failed.value = false
      app.desk.saveSettings(change).catch(() => {
        failed.value = true
      })
    },
  }
}
