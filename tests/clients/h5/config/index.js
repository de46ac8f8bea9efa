const { defineConfig } = require('@tarojs/cli')

module.exports = defineConfig({
  projectName: 'shopping-list',
  date: '2026-01-01',
  designWidth: 375,
  deviceRatio: { 375: 2 },
  sourceRoot: 'src',
  outputRoot: process.env.H5_OUTPUT || 'dist',
  framework: 'react',
  compiler: 'webpack5',
  cache: { enable: false },
  h5: { publicPath: '/', staticDirectory: 'static' },
})
