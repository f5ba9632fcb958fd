import { forms } from './forms'
import { intake } from './intake'
import { createDialogRunner } from './run'

export const createDialogs = () => createDialogRunner([intake, ...forms])
