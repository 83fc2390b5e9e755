import { useEffect } from 'preact/hooks'
import { useApp } from './app-state.ts'

/**
 * As `useEffect`, while there is a connection; also each time one comes to stand, so that what failed in a break is tried again,
 * however short the break was.
 */
export function useConnected(run: () => void, inputs: readonly unknown[]): void {
  const status = useApp().connection.status.value
  useEffect(() => {
    if (status.kind === 'online') run()
  }, [...inputs, status])
}
