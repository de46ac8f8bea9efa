/// <reference types="@tarojs/taro" />

// The build puts the platform's name there.
declare const process: { env: { TARO_ENV: string } }
