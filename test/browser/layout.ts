import type { Page } from 'playwright-core'

/**
 * What is wrong with the layout of the page as it stands: it scrolls sideways, text is cut off, a control is covered or smaller than it may be.
 * Runs in the page; a name that ends in an ellipsis (`.clip`) is allowed, a time, a state or a number that does is not (design README section 10).
 * @param least side of a target in CSS px: 24 (WCAG 2.5.8), 44 on touch (ux.md 1.4)
 */
export async function layoutFaults(page: Page, least: number): Promise<readonly string[]> {
  await page.evaluate(
    'Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined))).then(() => new Promise(requestAnimationFrame))',
  )
  return page.evaluate(`(${faults})(${least})`)
}

/** Written as text that the page evaluates: these tests are checked without the types of a browser. */
const faults = String.raw`(least) => {
  const found = []
  const name = (e) => {
    const said = (e.getAttribute('aria-label') || e.textContent || '').trim().replace(/\s+/g, ' ').slice(0, 40)
    return e.tagName.toLowerCase() + (typeof e.className === 'string' && e.className ? '.' + e.className.trim().split(/\s+/).join('.') : '') + ' "' + said + '"'
  }
  const shown = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.closest('.off, .skip, [hidden]')
  const front = [...document.querySelectorAll('[aria-modal="true"], .pop')].at(-1)
  const inFront = (e) => !front || front.contains(e)
  /** What of the box is to be seen: cut by whatever scrolls or hides around it. */
  const seen = (e) => {
    let { left, top, right, bottom } = e.getBoundingClientRect()
    for (let up = e.parentElement; up; up = up.parentElement) {
      const style = getComputedStyle(up)
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue
      const box = up.getBoundingClientRect()
      left = Math.max(left, box.left); right = Math.min(right, box.right)
      top = Math.max(top, box.top); bottom = Math.min(bottom, box.bottom)
    }
    left = Math.max(left, 0); top = Math.max(top, 0)
    right = Math.min(right, innerWidth); bottom = Math.min(bottom, innerHeight)
    return { left, top, right, bottom, width: right - left, height: bottom - top }
  }
  const root = document.documentElement
  if (root.scrollWidth > innerWidth) found.push('the page scrolls sideways by ' + (root.scrollWidth - innerWidth) + ' px')
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('svg, .door-view') || !shown(e)) continue
    const style = getComputedStyle(e)
    const scrolls = /auto|scroll/
    if (scrolls.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && !e.matches('pre, code, textarea, input'))
      found.push(name(e) + ' scrolls sideways by ' + (e.scrollWidth - e.clientWidth) + ' px')
    const box = e.getBoundingClientRect()
    if (box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)) found.push(name(e) + ' stands out of the page: ' + Math.round(box.left) + ' to ' + Math.round(box.right))
    const text = [...e.childNodes].some((n) => n.nodeType === 3 && n.nodeValue.trim() !== '')
    if (!text && !e.matches('button, .button, .state, .clip')) continue
    const inline = style.display === 'inline'
    if (!inline && e.scrollWidth > e.clientWidth + 1 && !e.matches('.clip, textarea, input, select, .avatar') && !scrolls.test(style.overflowX))
      found.push(name(e) + ' is ' + (e.scrollWidth - e.clientWidth) + ' px wider than its place')
    if (!inline && style.overflowY !== 'visible' && !scrolls.test(style.overflowY) && style.webkitLineClamp === 'none' && e.scrollHeight > e.clientHeight + 2 && !e.matches('textarea, input, select'))
      found.push(name(e) + ' is cut off below by ' + (e.scrollHeight - e.clientHeight) + ' px')
    if (e.matches('.clip') && e.scrollWidth > e.clientWidth + 1 && (e.matches('time, .state, .count, .num') || e.querySelector('time, .state, .count, .num')))
      found.push(name(e) + ' cuts off a time, a state or a number')
  }
  const controls = [...document.querySelectorAll('a[href], button, input, select, textarea, [role="option"], [role="menuitemradio"], [role="switch"]')].filter(
    (e) => shown(e) && inFront(e) && getComputedStyle(e).pointerEvents !== 'none',
  )
  for (const e of controls) {
    const whole = e.getBoundingClientRect()
    const label = e.matches('[type="checkbox"], [type="radio"]') ? e.closest('label') ?? document.querySelector('label[for="' + e.id + '"]')?.closest('.setting, label') : undefined
    const target = (label ?? e).getBoundingClientRect()
    // A link in a sentence is as high as its line (WCAG 2.5.8, Inline).
    const inSentence = e.matches('a') && getComputedStyle(e).display === 'inline'
    const around = getComputedStyle(e, '::after')
    const grown = around.position === 'absolute' ? [parseFloat(around.width), parseFloat(around.height)] : [0, 0]
    const [width, height] = [Math.max(whole.width, target.width, grown[0]), Math.max(whole.height, target.height, grown[1])]
    if (!inSentence && whole.width > 0 && (width < least - 0.5 || height < least - 0.5)) found.push(name(e) + ' is a target of ' + Math.round(width) + ' by ' + Math.round(height) + ' px')
    const box = seen(e)
    if (box.width < 4 || box.height < 4) continue
    const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2
    const hit = document.elementFromPoint(x, y)
    if (hit && !e.contains(hit) && !hit.contains(e) && !(label && label.contains(hit))) found.push(name(e) + ' is covered by ' + name(hit))
  }
  const apart = controls.filter((e) => !e.closest('.reveal') && seen(e).width > 4 && seen(e).height > 4)
  for (const [i, a] of apart.entries())
    for (const b of apart.slice(i + 1)) {
      if (a.contains(b) || b.contains(a)) continue
      const [p, q] = [seen(a), seen(b)]
      const width = Math.min(p.right, q.right) - Math.max(p.left, q.left), height = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top)
      if (width > 1 && height > 1)
        found.push(name(a) + ' and ' + name(b) + ' overlap')
    }
  return [...new Set(found)]
}`
