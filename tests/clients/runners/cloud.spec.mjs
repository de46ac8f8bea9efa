import { expect, test } from 'vitest'
import story from './story.js'
import cloud from './taro-cloud.js'

test('the cloud', () => story(cloud, expect))
