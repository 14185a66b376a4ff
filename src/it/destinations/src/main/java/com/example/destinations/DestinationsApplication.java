package com.example.destinations;

import jakarta.jms.ConnectionFactory;
import javax.sql.DataSource;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.jms.artemis.ArtemisAutoConfiguration;
import org.springframework.context.annotation.Bean;

@SpringBootApplication(exclude = ArtemisAutoConfiguration.class)
public class DestinationsApplication {

  /** Of a kind that has no word of its own for "unless it is there": the standard's MERGE is used. */
  @Bean
  DataSource shop(@Value("${shop.url}") String url) {
    JdbcDataSource shop = new JdbcDataSource();
    shop.setUrl(url);
    return shop;
  }

  @Bean
  ConnectionFactory jmsConnectionFactory(@Value("${jms.url}") String url) {
    return new ActiveMQConnectionFactory(url);
  }
}
