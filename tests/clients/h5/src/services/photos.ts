import Taro from '@tarojs/taro'

/** Let the user choose a photo, and put it on an item of theirs. */
export async function addPhoto(id: string, onProgress: (percent: number) => void) {
  const { tempFilePaths } = await Taro.chooseImage({ count: 1 })
  const fileID = await upload(`photos/${id}.png`, tempFilePaths[0], onProgress)
  await Taro.cloud.database().collection('items').doc(id).update({ data: { photo: fileID } })
}

/** Only the callback form has a task, which tells how far it is. */
function upload(cloudPath: string, filePath: string, onProgress: (percent: number) => void) {
  return new Promise<string>((resolve, reject) => {
    const task = Taro.cloud.uploadFile({
      cloudPath,
      filePath,
      success: (result) => resolve(result.fileID),
      fail: reject,
    })
    task.onProgressUpdate(({ progress }) => onProgress(progress))
  })
}

/** Where a page can show a photo from. */
export async function photoUrl(fileID: string) {
  const { fileList } = await Taro.cloud.getTempFileURL({ fileList: [fileID] })
  return fileList[0].tempFileURL
}
