import { sealedAdapter } from '../../lib/adapters/sealed.ts'
import { listingAdapter } from '../support/listing_adapter.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { describeFaults } from './fault_suite.ts'

describeFaults({
  title: 'an adapter that commits, and is sealed',
  make: (entries) => listingAdapter(mapAdapter(entries), entries),
  around: (faulty) => sealedAdapter(faulty, { keys: ['a key of thirty-two bytes or more'] }),
})
