'use strict'

const story = require('./story.js')

test('the cloud', () => story(require('./taro-cloud.js'), expect))
