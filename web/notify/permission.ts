import { signal } from '@preact/signals'

/** Whether this browser lets us notify. `unsupported`: it has no notifications, or not over this connection. */
export type Permission = 'granted' | 'denied' | 'default' | 'unsupported'

function read(): Permission {
  return 'Notification' in globalThis && isSecureContext ? Notification.permission : 'unsupported'
}

export const permission = signal<Permission>(read())

// The person may change it in the browser's own settings while the page is open.
void navigator.permissions
  ?.query({ name: 'notifications' })
  .then((status) => {
    status.onchange = () => {
      permission.value = read()
    }
  })
  .catch(() => undefined) // a browser that does not know the name tells of no changes

/** Asks; only out of a press of the person, after the page has said what for (ux.md 1.2). */
export async function askPermission(): Promise<Permission> {
  if (permission.value === 'default') await Notification.requestPermission()
  permission.value = read()
  return permission.value
}
