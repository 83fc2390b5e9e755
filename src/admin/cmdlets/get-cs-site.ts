import { psObject } from '../../base/ps-value.ts'
import { wildcard } from '../../base/wildcard.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
import { ALL_READERS } from '../shared-parameters.ts'

const TYPE = 'Microsoft.Rtc.Management.Deploy.Internal.Site+CentralSite'

export const getCsSite = defineCmdlet({
  name: 'Get-CsSite',
  synopsis: {
    en: 'Lists the sites of the configuration and their pools.',
    ja: '構成のサイトとプールを表示します。',
  },
  roles: ALL_READERS,
  defaultSet: 'Identity',
  outputTypes: [TYPE],
  parameters: {
    Identity: {
      type: { kind: 'identity' },
      typeName: 'Microsoft.Rtc.Management.Xds.XdsGlobalRelativeIdentity',
      position: 0,
      sets: ['Identity'],
      help: { en: 'Name of a site, with or without Site:.', ja: 'サイトの名前です。Site: は省略できます。' },
    },
    Filter: {
      type: { kind: 'string' },
      sets: ['Filter'],
      help: { en: 'Wildcards for the identity.', ja: 'Identity のワイルドカードです。' },
    },
  },
  async *run(invocation, { Identity, Filter }) {
    const wanted = typeof Identity === 'string' ? Identity.replace(/^site:/i, '').toLowerCase() : undefined
    const fits = typeof Filter === 'string' ? wildcard(Filter) : () => true
    let found = false
    for (const [at, site] of invocation.ports.facts.sites().entries()) {
      const identity = `Site:${site.name}`
      if (wanted !== undefined && site.name.toLowerCase() !== wanted) continue
      found = true
      if (!fits(identity) && !fits(site.name)) continue
      yield psObject(
        TYPE,
        [
          ['Identity', identity],
          ['SiteId', at + 1],
          ['Description', null],
          ['Pools', site.pools],
        ],
        identity,
      )
    }
    if (!found && wanted !== undefined) {
      invocation.error(
        managementError(
          `Cannot find "Site" "Site:${wanted}" because it does not exist.`,
          'MissingItem',
          'InvalidData',
          String(Identity),
        ),
      )
    }
  },
})
