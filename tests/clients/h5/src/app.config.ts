export default defineAppConfig({
  pages: ['pages/list/index'],
  window: { navigationBarTitleText: 'Shopping list' },
})
