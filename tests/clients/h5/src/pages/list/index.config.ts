export default definePageConfig({ navigationBarTitleText: 'Shopping list' })
