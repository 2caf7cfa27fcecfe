@local
Feature: The proxy is asked over HTTPS
  Clients choose HTTP/2 or HTTP/1.1. A new certificate is shown without a restart.

  Scenario Outline: A key is read by <version>
    Given a proxy with a port for HTTPS
    And Redis holds "Superhero" for "Batman"
    When curl reads "Batman" over HTTPS by <version>
    Then curl has been answered by <version> with "Superhero"

    Examples:
      | version  |
      | HTTP/2   |
      | HTTP/1.1 |

  Scenario: A certificate is renewed
    Given a proxy with a port for HTTPS
    When its certificate is replaced by one for "renewed"
    Then before long curl is shown the certificate for "renewed"

  Scenario: A client does not trust the authority
    Given a proxy with a port for HTTPS
    Then curl refuses the certificate of another authority
