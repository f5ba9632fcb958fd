import {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
} from 'botbuilder'

/**
 * The SDK's adapter for one organisation's bot.
 *
 * @param settings what the SDK needs to sign in, by its own names; empty in development
 */
export const createAdapter = (settings: Record<string, string>): CloudAdapter =>
  new CloudAdapter(new ConfigurationBotFrameworkAuthentication(settings, new MadeOnce(settings)))

type Credentials = ReturnType<ConfigurationServiceClientCredentialFactory['createCredentials']>

/**
 * The SDK makes its credentials anew twice a turn, and those of a managed identity cost as much as a whole turn's work.
 * They hold no state of a turn: tokens are cached beside them.
 */
class MadeOnce extends ConfigurationServiceClientCredentialFactory {
  private readonly made = new Map<string, Credentials>()

  override createCredentials(...asked: Parameters<ConfigurationServiceClientCredentialFactory['createCredentials']>) {
    const key = asked.join(' ')
    const known = this.made.get(key) ?? super.createCredentials(...asked)
    this.made.set(key, known)
    known.catch(() => this.made.delete(key))
    return known
  }
}
